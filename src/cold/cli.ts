// The command line of airlock-cold.
import { coldLine } from '../shared/base/commands.ts'
import type { Command } from 'commander'
import { collected } from '../local/arguments.ts'
import { addCommand, makeProgram } from '../local/program.ts'
import { addQrCommands } from '../local/qr-commands.ts'
import { plainReader } from '../local/scan.ts'
import { version } from '../local/version.ts'
import { addFreeze } from './approvals/freeze.ts'
import { addDoctor } from './doctor/doctor-command.ts'
import { addApprove } from './approvals/approve-command.ts'
import { inspect } from './signing/inspect-command.ts'
import { addKeysCommands } from './keys/keys-cli.ts'
import { addLedgerCommands } from './ledger-cli.ts'
import { addPasswordFlags } from './keystore/password-flags.ts'
import { addPolicyCommands } from './policy-cli.ts'
import { selftest } from './selftest/selftest.ts'
import { addUnfreeze } from './approvals/settle.ts'
import { sign } from './signing/sign-command.ts'

const DESCRIPTION = `Offline half of Airlock: checks a request, shows it in plain words, and signs it
with the operator's keys once you approve. It opens no network connection.`

/** The program with its commands. */
export function coldProgram(): Command {
  const program = makeProgram('airlock-cold', DESCRIPTION, version)

  addCommand(program, 'inspect <request>', 'check a request and show what it would sign', [
    'airlock-cold inspect request.json',
    'airlock-cold inspect request.json --json',
  ])
    .option('--policy <file>', 'the policy (default: the one in force)')
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .action(inspect)

  const signing = addCommand(program, 'sign <request>', 'show a request and sign it after your approval', [
    'airlock-cold sign request.json -o response.json \\',
    '    --ecdsa-keystore ~/.eigenlayer/operator_keys/op.ecdsa.key.json \\',
    '    --bls-keystore ~/.eigenlayer/operator_keys/op.bls.key.json',
  ])
    .requiredOption('-o, --output <file>', 'where the response goes')
    .option('--ecdsa-keystore <file>', 'key file of the operator; again for a bundle of several', collected, [])
    .option('--bls-keystore <file>', 'BLS key file; again for a bundle of several', collected, [])
    .option('--signing-keystore <file>', 'key file of the ECDSA key that the request registers', collected, [])
    .option('--keys <folder>', 'a folder of key files; each request finds its own')
    .option('--policy <file>', 'the policy; once adopted, the ledger keeps it')
    .option('--approval <file>', 'an approval by a second person (more than once)', collected, [])
    .option('--yes', 'let the policy approve, where it covers every field and nothing warns')
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .option('--seal', 'of a bundle: close the responses with a passphrase (break glass)')
    .option('--force', 'overwrite the output file')
    .action(sign)
  addPasswordFlags(signing, 'ecdsa-password', 'password of the ECDSA key')
  addPasswordFlags(signing, 'signing-password', 'password of the ECDSA key that is registered')
  addPasswordFlags(signing, 'bls-password', 'password of the BLS key')
  addPasswordFlags(signing, 'seal-passphrase', 'passphrase of --seal')

  addApprove(program)

  addQrCommands(program, plainReader, {
    request: (file) => coldLine('inspect', { REQUEST: file }),
    response: (file) => coldLine('qr', { FILE: file }),
    approval: (file) => coldLine('qr', { FILE: file }),
    statement: (file) => coldLine('approve', { DOCUMENT: file }),
    bundle: (file) => coldLine('sign', { REQUEST: file, '-o': 'responses.json' }),
    'bundle-responses': (file) => coldLine('qr', { FILE: file }),
    receipt: (file) => coldLine('ledger receipt', { FILE: file }),
  })

  addKeysCommands(program)
  addLedgerCommands(program)
  addFreeze(program)
  addUnfreeze(program)
  addPolicyCommands(program)
  addDoctor(program)

  addCommand(program, 'selftest [vectors...]', 'prove this build against known answers, and any vector files', [
    'airlock-cold selftest',
    'airlock-cold selftest vectors/known-answers --strict',
  ])
    .option('--strict', 'fail on kinds of vectors that this version does not know')
    .action(selftest)

  return program
}
