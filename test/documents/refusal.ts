// What a refused call says.
import { AirlockError } from '../../src/shared/base/errors.ts'

/** The refusal of a call that must refuse; anything else that it does fails the test. */
export function refusalOf(call: () => unknown): AirlockError {
  try {
    call()
  } catch (error) {
    if (error instanceof AirlockError) return error
    throw new Error(`the program itself failed: ${String(error)}`, { cause: error })
  }
  throw new Error('nothing was refused')
}

/** The same for a call that ends later. */
export async function refusalSoon(call: () => Promise<unknown>): Promise<AirlockError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof AirlockError) return error
    throw new Error(`the program itself failed: ${String(error)}`, { cause: error })
  }
  throw new Error('nothing was refused')
}
