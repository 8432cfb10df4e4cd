/**
 * Text values by names that callers choose. It inherits nothing, so that names like `constructor` and `__proto__` are
 * absent until they are set. Created with `new`, it is as fast as any object in V8.
 */
export const Dictionary = function Dictionary() {} as unknown as new () => Record<string, string>
Dictionary.prototype = Object.create(null)
