/** Refuses a Node that is too old, in words, before anything that such a Node could not even parse is loaded. */

const NEEDED = [20, 19];

/** Ends the process with a message and the mend unless this Node will do. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  process.stderr.write(
    `Dimmer needs Node ${NEEDED.join(".")} or newer; this is Node ${version}.\n` +
      "Install a current one from https://nodejs.org, or with a version manager: nvm install --lts\n",
  );
  process.exit(1);
}
