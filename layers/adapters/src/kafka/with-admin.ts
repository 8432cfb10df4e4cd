import type { Admin } from 'kafkajs'

/** Connects the admin client, does the work with it, and disconnects it. */
export async function withAdmin<Result>(admin: Admin, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
