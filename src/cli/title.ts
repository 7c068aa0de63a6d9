/** Imported before anything else: a password in a URL that was typed leaves the list of processes. */

const [, , ...args] = process.argv
const shown = args.map((arg) => arg.replace(/(\w+:\/\/)[^/\s]*@/g, '$1'))
process.title = ['numpywren', ...shown].join(' ')
