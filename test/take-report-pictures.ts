import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openBrowser } from './browser'

/**
 * Takes the pictures of the example report for the README. To publish another run as the example:
 *
 *     cp load/results/<run>/{report.html,results.json} docs/load-report/ && npx tsx test/take-report-pictures.ts
 */
const FOLDER = join(import.meta.dirname, '..', 'docs', 'load-report')
const SIZE = { width: 1200, height: 1500 }

const browser = await openBrowser()
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme })
    await page.goto(pathToFileURL(join(FOLDER, 'report.html')).href)
    await page.locator('canvas, svg').first().waitFor()
    await page.screenshot({ path: join(FOLDER, `report-${colorScheme}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
}
