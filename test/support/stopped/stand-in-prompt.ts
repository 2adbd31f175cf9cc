// Stands in for src/local/prompt.ts in sign-driver.ts: types the phrase that it is asked for.

/** Answers the question of the approval. */
export const askLine = (question: string): Promise<string> =>
  Promise.resolve(/To sign, type: ([a-z0-9 ]+)\n/.exec(question)?.[1] ?? '')

/** No key file of the driver has a password. */
export const askPassword = (question: string): Promise<never> =>
  Promise.reject(new Error(`asking: ${question.trim()}: the key files of this driver have none`))
