/** The addresses of the test run's servers, which `test/servers.ts` starts and puts into the environment. */
export function testBrokerAddresses(): { readonly kafkaBrokers: readonly string[]; readonly rabbitMqUrl: string } {
  // biome-ignore lint/style/noProcessEnv: the only place where these tests read the addresses of the servers
  const { KAFKA_BROKERS, RABBITMQ_URL } = process.env
  if (KAFKA_BROKERS === undefined || RABBITMQ_URL === undefined) throw new Error('the test run has started no servers')
  return { kafkaBrokers: KAFKA_BROKERS.split(','), rabbitMqUrl: RABBITMQ_URL }
}
