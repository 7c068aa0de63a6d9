import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'
import { suggest } from './suggest.ts'

/** A kernel that is not registered. */
export const unknownKernel: Rule = function* ({ program, module, kernels }) {
  for (const { kernel } of collect(program, 'KernelCall')) {
    if (kernels.has(kernel.id)) continue
    const isProgram = module.programs.some(({ name }) => name.id === kernel.id)
    const message = isProgram
      ? `'${kernel.id}' is a program: it is called on a line of its own, without targets`
      : `unknown kernel '${kernel.id}'${suggest(kernel.id, kernels.keys())}`
    yield { code: 'unknown-kernel', message, span: kernel.span }
  }
}
