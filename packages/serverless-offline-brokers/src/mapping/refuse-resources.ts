import type { Findings } from './findings'
import { Section } from './section'

/**
 * Refuses event source mappings that are declared or changed in CloudFormation resources. AWS would use them, but they
 * are in no event of a function, so they would have no effect here.
 */
export function refuseResources(resources: unknown, findings: Findings): void {
  const root = new Section(resources, 'resources', findings)
  const extensions = root.section('extensions')
  for (const id of extensions.names()) {
    if (/EventSourceMapping(Kafka|MSK|RabbitMQ)/.test(id)) {
      extensions.refuse(id, 'is not emulated: declare the change in the event of the function instead')
    }
  }
  const own = root.section('Resources')
  for (const id of own.names()) {
    const resource = own.section(id)
    if (resource.get('Type') !== 'AWS::Lambda::EventSourceMapping') continue
    const properties = resource.section('Properties')
    if (properties.has('Topics') || properties.has('Queues')) {
      own.refuse(id, 'is not emulated: declare it as an event of its function instead')
    }
  }
}
