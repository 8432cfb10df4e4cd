import { followTheme } from '@ecommerce/look/theme'

for (const element of document.querySelectorAll<HTMLElement>('.needs-script')) element.hidden = false
followTheme(document.getElementById('theme'), () => undefined)
document.getElementById('download')?.addEventListener('click', download)

function download(): void {
  const text = document.getElementById('results')?.textContent ?? ''
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = 'results.json'
  link.click()
  URL.revokeObjectURL(link.href)
}
