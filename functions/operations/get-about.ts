import { describeService } from '@ecommerce/runtime'
import { API_INFO } from '../api-info'
import { dependencies, dependencyTimeoutMs } from '../composition/operations'
import { access, home } from '../composition/settings'
import { http } from '../composition/telemetry'
import { getAbout, toAboutBody } from './contract'

const service = { service: API_INFO.title, version: API_INFO.version, home, access }

export const handler = http(getAbout, async () => ({
  body: toAboutBody(await describeService(service, dependencies, dependencyTimeoutMs)),
}))
