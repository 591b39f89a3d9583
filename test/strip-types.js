// Jest transform: Node's own type stripper, so tests run the very text that production runs. Lines and columns stay where they are.
import { stripTypeScriptTypes } from 'node:module';

export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
