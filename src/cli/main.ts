/** The command line: a thin shell over the library. */

import './title.ts'
import { addCommands } from './commands/index.ts'
import { runCommandLine } from './program.ts'

await runCommandLine(addCommands)
