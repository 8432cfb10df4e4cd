import type { Findings } from './findings'
import { Section } from './section'

/**
 * Event source mappings that are written as CloudFormation, or changed by it: AWS would do there what no event of a
 * function says, and so nothing here.
 */
export function refuseResources(resources: unknown, findings: Findings): void {
  const root = new Section(resources, 'resources', findings)
  const extensions = root.section('extensions')
  for (const id of extensions.names()) {
    if (/EventSourceMapping(Kafka|MSK|RabbitMQ)/.test(id)) {
      extensions.refuse(id, 'is not emulated: what changes an event source mapping has to be in its event')
    }
  }
  const own = root.section('Resources')
  for (const id of own.names()) {
    const resource = own.section(id)
    if (resource.get('Type') !== 'AWS::Lambda::EventSourceMapping') continue
    const properties = resource.section('Properties')
    if (properties.has('Topics') || properties.has('Queues')) {
      own.refuse(id, 'is not emulated: an event source mapping has to be an event of its function')
    }
  }
}
