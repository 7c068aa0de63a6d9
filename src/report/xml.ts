/** Text that stands for itself in XML content and attributes; control characters, which XML forbids, become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(forbidden, '\uFFFD')
}

// Control characters (category Cc) but tab, line feed and carriage return, lone surrogates, and the two non-characters.
const forbidden = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu
