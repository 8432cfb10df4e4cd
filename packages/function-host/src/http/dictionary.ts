/**
 * Text by names that callers choose. Nothing is inherited, so that no name (`constructor`, `__proto__`) is there
 * before it is set; made with `new`, V8 keeps it as fast as any object.
 */
export const Dictionary = function Dictionary() {} as unknown as new () => Record<string, string>
Dictionary.prototype = Object.create(null)
