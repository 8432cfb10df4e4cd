import { describeService } from '@ecommerce/runtime'
import { API_INFO } from '../api'
import { dependencies, dependencyTimeoutMs, home, http } from '../composition'
import { getAbout, toAboutBody } from './contract'

const service = { service: API_INFO.title, version: API_INFO.version, home }

export const handler = http(getAbout, async () => ({
  body: toAboutBody(await describeService(service, dependencies, dependencyTimeoutMs)),
}))
