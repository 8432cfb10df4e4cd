import { writeMissingWords } from '../composition/products'
import { scheduled } from '../composition/telemetry'

/** The timeout of the function, minus time for the last batch. */
const SWEEP_MS = 40_000

/** Lets a search find products that another program has written to MySQL, for example an import. */
export const handler = scheduled(async () => ({ products: await writeMissingWords(AbortSignal.timeout(SWEEP_MS)) }))
