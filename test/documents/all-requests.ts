// Every valid request of vectors/requests by name, of every kind of operation, with what each is.
import type { Base } from '../shared/cases/cases.ts'
import { coordinatorRequestComments, coordinatorRequests } from './coordinator-requests.ts'
import { coreRequestComments, coreRequests } from './core-requests.ts'
import type { Json } from './canonical.ts'
import { keysRequestComments, keysRequests } from './keys-requests.ts'
import { setsRequestComments, setsRequests } from './sets-requests.ts'
import { requestComments, requests } from './valid-requests.ts'

const comments = {
  ...requestComments,
  ...coreRequestComments,
  ...coordinatorRequestComments,
  ...setsRequestComments,
  ...keysRequestComments,
}
export type ValidName = keyof typeof comments

/** A valid request, with where it comes from and what the judging machine's clock shows. */
export interface ValidCase extends Base {
  readonly json: { [key: string]: Json }
  readonly comment: string
}

const bases: Readonly<Record<ValidName, Base>> = {
  ...requests,
  ...coreRequests,
  ...coordinatorRequests,
  ...setsRequests,
  ...keysRequests,
}

export const validNames = Object.keys(bases) as readonly ValidName[]

/** The request of a name. */
export const validCase = (name: ValidName): ValidCase => ({
  ...bases[name],
  json: bases[name].json as ValidCase['json'],
  comment: comments[name],
})

/** The kind of operation that it asks for. */
export const kindIn = (name: ValidName): string => (validCase(name).json['operation'] as { kind: string }).kind
