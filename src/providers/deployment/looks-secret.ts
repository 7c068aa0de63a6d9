/** Words that names of secrets are made of. */
const SECRET = /secret|passw|credential|token|private_?key|api_?key|access_?key|signature/i
/** Variables that name the place of a file, not what is in it. */
const PLACES = /_FILE$|^GOOGLE_APPLICATION_CREDENTIALS$/
/** `scheme://user:password@host` */
const URL_WITH_PASSWORD = /:\/\/[^/?#\s]*:[^/?#\s]+@/

/** Whether a variable seems to hold a secret: what a function's variables are, everybody sees who may look at the function. */
export function looksSecret(name: string, value: string): boolean {
  const isPlace = PLACES.test(name) && /^\/[\w./-]+$/.test(value)
  return (SECRET.test(name) && !isPlace) || URL_WITH_PASSWORD.test(value)
}
