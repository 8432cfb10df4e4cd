import { describeOutboxStore } from './conformance'
import { FakeOutboxStore } from './fake-outbox-store'

describeOutboxStore('the fake', async (clock) => {
  const store = new FakeOutboxStore(clock)
  return { store, record: async (events) => store.record(events), close: async () => undefined }
})
