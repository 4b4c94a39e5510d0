/** Builds `build/gatehouse_VERSION_ARCH.deb` from `build/server`: the program, its Node, a systemd unit and a user. Needs dpkg-deb. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FatalError } from "../launcher/fatal-error.mjs";
import { buildFolder, root } from "../launcher/paths.mjs";
import { runCaptured } from "../launcher/run-captured.mjs";

/** Debian's names of Node's architectures. */
const architectures = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
]);

const deploy = join(root, "deploy");

/**
 * Builds the package for this machine's architecture.
 * @param {string} node the Node to include
 * @returns {Promise<string>} the file
 */
export async function buildDeb(node) {
  const architecture = architectures.get(process.arch);
  if (architecture === undefined) throw new FatalError(`There is no Debian package for ${process.arch}.`);
  const { version } = JSON.parse(readFileSync(join(buildFolder, "server", "package.json"), "utf8"));
  const tree = join(buildFolder, "deb");
  rmSync(tree, { recursive: true, force: true });
  const copy = (
    /** @type {string} */ source,
    /** @type {string} */ target,
    /** @type {number} */ mode = 0o644,
  ) => {
    mkdirSync(dirname(join(tree, target)), { recursive: true });
    cpSync(source, join(tree, target));
    chmodSync(join(tree, target), mode);
  };
  cpSync(join(buildFolder, "server"), join(tree, "usr", "lib", "gatehouse"), { recursive: true });
  copy(node, "usr/lib/gatehouse/bin/node", 0o755);
  await runCaptured("strip", [join(tree, "usr/lib/gatehouse/bin/node")]); // 18 MB less, where binutils is installed
  copy(join(deploy, "deb", "gatehouse"), "usr/bin/gatehouse", 0o755);
  copy(join(deploy, "deb", "gatehouse.env"), "etc/gatehouse/gatehouse.env", 0o640);
  copy(join(deploy, "systemd", "gatehouse.service"), "lib/systemd/system/gatehouse.service");
  copy(join(root, "LICENSE"), "usr/share/doc/gatehouse/copyright");
  for (const script of ["postinst", "prerm", "postrm"])
    copy(join(deploy, "deb", script), `DEBIAN/${script}`, 0o755);
  writeFileSync(join(tree, "DEBIAN", "conffiles"), "/etc/gatehouse/gatehouse.env\n");
  writeFileSync(join(tree, "DEBIAN", "control"), describePackage(version, architecture));
  const file = join(buildFolder, `gatehouse_${version}_${architecture}.deb`);
  const { code, output } = await runCaptured("dpkg-deb", [
    "--root-owner-group",
    "-Zxz",
    "-z1",
    "--build",
    tree,
    file,
  ]);
  if (code !== 0) throw new FatalError("The Debian package could not be built.", { output });
  rmSync(tree, { recursive: true });
  return file;
}

/**
 * @param {string} version
 * @param {string} architecture
 */
function describePackage(version, architecture) {
  return `Package: gatehouse
Version: ${version}
Architecture: ${architecture}
Maintainer: Gatehouse <packages@gatehouse.example>
Section: admin
Priority: optional
Depends: adduser, ca-certificates, libc6 (>= 2.28), libstdc++6, util-linux
Suggests: postgresql
Description: Users, roles and invitations for your admin panel
 Invites people by email with a role, assigns and removes roles, and answers what a person may do.
 The data are in /var/lib/gatehouse, or in a PostgreSQL database.
`;
}
