/** The other ways to change the user, without control groups. */
import { killMatrixTest, WAY_NAMES } from "../e2e/kill_matrix.ts";

const ELSEWHERE = ["setpriv", "su"];

for (const name of WAY_NAMES) if (!ELSEWHERE.includes(name)) killMatrixTest(name, { withGroups: false });
