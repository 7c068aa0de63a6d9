/** The command line of the worker image: `numpywren worker` alone, without what the other commands load. */

import './title.ts'
import { addWorker } from './commands/worker.ts'
import { runCommandLine } from './program.ts'

await runCommandLine(addWorker)
