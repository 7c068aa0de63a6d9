/** Words that names of secrets are made of. */
const SECRET = /secret|passw|credential|token|private_?key|api_?key|access_?key|signature/i
/** `scheme://user:password@host` */
const URL_WITH_PASSWORD = /:\/\/[^/?#\s]*:[^/?#\s]+@/

/** Whether a variable seems to hold a secret: what a function's variables are, everybody sees who may look at the function. */
export function looksSecret(name: string, value: string): boolean {
  return SECRET.test(name) || URL_WITH_PASSWORD.test(value)
}
