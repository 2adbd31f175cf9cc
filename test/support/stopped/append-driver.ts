// Appends to a ledger as fast as it can: `node append-driver.mjs LEDGER COUNT MARK`. Many of these run at once.
import { Ledger } from '../../../src/cold/ledger/ledger.ts'

const [folder = '', count = '0', mark = ''] = process.argv.slice(2)
const ledger = Ledger.openOrBegin(folder)
for (let number = 1; number <= Number(count); number += 1)
  ledger.append(() => ({ event: 'frozen', reason: `${mark}:${number}`, scope: { of: 'all' } }))
