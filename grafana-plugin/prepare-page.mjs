// The first half of `npm start`: builds the web page where it is missing or older than its sources. It never stands in
// the way of the second half, which says that there is no page; so it is plain JavaScript, and ends with 0.
const say = (text) => process.stderr.write(text);
try {
  const { buildIfOlder } = await import('./build-if-older.ts');
  await buildIfOlder(say);
} catch (error) {
  // A Node that runs no TypeScript: the launcher of `seismo` says what to do about that.
  if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION')
    say(
      `\nThe web page cannot be built, the rest starts all the same: ${error.message}\n` +
        'What the build needs comes with a plain `npm ci`; without development packages (--omit=dev) it is not there.\n\n',
    );
}
