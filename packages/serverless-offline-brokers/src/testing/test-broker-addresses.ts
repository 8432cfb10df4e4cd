/** Where the servers of a test run are; `test/servers.ts` brings them up and tells by the environment. */
export function testBrokerAddresses(): { readonly kafkaBrokers: readonly string[]; readonly rabbitMqUrl: string } {
  // biome-ignore lint/style/noProcessEnv: the one place where these tests learn what the run has brought up
  const { KAFKA_BROKERS, RABBITMQ_URL } = process.env
  if (KAFKA_BROKERS === undefined || RABBITMQ_URL === undefined) throw new Error('no servers were brought up')
  return { kafkaBrokers: KAFKA_BROKERS.split(','), rabbitMqUrl: RABBITMQ_URL }
}
