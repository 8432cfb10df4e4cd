import { byId, element, setText } from '@ecommerce/look/elements'
import { formatCount } from '@ecommerce/look/format'
import { addStock, createDemoProduct, getProduct, listProductsInStock, type Product } from './shop-api'

const UNITS = 10

/** The product that the next order is for. Calls `onChange` when there is another one, or none. */
export class Catalogue {
  #products: readonly Product[] = []
  readonly #select = byId('product') as HTMLSelectElement // this element of the markup is a select
  readonly #state = byId('catalogue-state')

  constructor(private readonly onChange: (product: Product | undefined) => void) {
    this.#select.addEventListener('change', () => this.#selected())
  }

  get product(): Product | undefined {
    return this.#products.find(({ id }) => String(id) === this.#select.value)
  }

  async load(): Promise<void> {
    this.#say('Loading the catalogue.')
    await this.#attempt(async () => {
      this.#showProducts(await listProductsInStock())
      if (this.#products.length === 0) {
        this.#say('The catalogue has no product in stock.', 'Create a demo product', () => this.#createProduct())
      }
    })
  }

  /** Another buyer, or the reader, may have changed the stock. */
  async refreshStock(): Promise<void> {
    const { product } = this
    if (product) await this.#attempt(async () => this.#replace(await getProduct(product.id)))
  }

  async addStock(): Promise<void> {
    const { product } = this
    if (!product) return
    await this.#attempt(async () => {
      const stock = await addStock(product.id, UNITS)
      this.#replace({ ...product, stock })
      this.#say(`${UNITS} units of ${product.name} were added to the stock.`)
    })
  }

  async #createProduct(): Promise<void> {
    await this.#attempt(async () => {
      this.#showProducts([await createDemoProduct()])
      this.#select.focus()
    })
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const text =
        error instanceof Error && error.name === 'ProblemError' ? error.message : 'The shop does not respond.'
      this.#say(`The catalogue is not available: ${text}`, 'Try again', () => this.load())
    }
  }

  #showProducts(products: readonly Product[]): void {
    this.#products = products
    this.#select.replaceChildren(...products.map(({ id, name }) => element('option', { value: String(id) }, name)))
    byId('catalogue').hidden = products.length === 0
    this.#say('')
    this.#selected()
  }

  #replace(changed: Product): void {
    this.#products = this.#products.map((product) => (product.id === changed.id ? changed : product))
    this.#selected()
  }

  #selected(): void {
    const { product } = this
    setText(byId('stock'), product ? `${product.price.toFixed(2)} each, ${formatCount(product.stock)} in stock` : '')
    this.onChange(product)
  }

  #say(text: string, action?: string, work?: () => void): void {
    setText(this.#state, text)
    this.#state.hidden = text === ''
    if (action === undefined || work === undefined) return
    const button = element('button', { type: 'button' }, action)
    button.addEventListener('click', work)
    this.#state.append(' ', button)
  }
}
