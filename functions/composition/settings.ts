import { readConfig, readHome } from '@ecommerce/runtime'

/** The configuration of this process. */
export const config = readConfig()

export const clock = () => new Date()

/** Where this process runs. */
export const home = readHome()
