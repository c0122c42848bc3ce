/** Nobody survives: all ways to change the user with control groups, and two of them without. */
import { killMatrixTest, WAY_NAMES } from "./kill_matrix.ts";

for (const name of WAY_NAMES) killMatrixTest(name, { withGroups: true });
// The others are in tests/long.
for (const name of ["setpriv", "su"]) killMatrixTest(name, { withGroups: false });
