// Where an operator's metadata is: a text that EigenLayer's contracts announce and never look at.
//
// Explorers and stakers read the JSON there: name, website, description, picture. What is not printable is refused, because it
// could only deceive; everything else is the operator's choice, and said to be unusual where explorers would not take it.
import * as z from 'zod'
import { issue } from '../base/fields.ts'
import { note, warning, when, type Finding } from '../base/finding.ts'
import { quote } from '../base/quote.ts'

export const MAX_METADATA_URI = 1024

/** Any text that a person can see, at most 1024 characters; empty is allowed by the contracts. */
export const metadataUri = z
  .string()
  .max(MAX_METADATA_URI, `expected at most ${MAX_METADATA_URI} characters`)
  .superRefine((text, context) => {
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
      context.addIssue({ code: 'custom', ...issue('field_invalid', 'expected printable characters only') })
    }
  })

const HTTPS = /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?(\/[\x21-\x7e]*)?$/i
const PRIVATE_HOST = /^https?:\/\/(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[)/i

/** Why explorers may not show what is at a URI; null where nothing speaks against it. */
function oddity(uri: string): string | null {
  if (uri === '') return 'it is empty: explorers will show the operator without name'
  if (/^http:/i.test(uri)) return 'http: lets anybody on the way change what it says; explorers want https:'
  if (/^ipfs:/i.test(uri)) return 'ipfs: is not what explorers read: give the https: address of a gateway'
  if (PRIVATE_HOST.test(uri)) return 'it is on a private network: nobody else can read it'
  return HTTPS.test(uri) ? null : 'it is no plain https: address: explorers may not read it'
}

/** What there is to say of a metadata URI. */
export function judgeMetadataUri(uri: string): Finding[] {
  const odd = oddity(uri)
  return [
    ...when(odd !== null, () => warning('metadata_uri_unusual', `the metadata URI is ${quote(uri)}: ${odd ?? ''}`)),
    note(
      'metadata_not_checked',
      'no contract looks at the metadata: whoever controls its address can change what the world reads of this operator',
    ),
  ]
}
