/** Compresses the files of the site that stands built in this clone, where it was not `npm start` that built it (deploy/docker/Dockerfile). */
import { join } from "node:path";
import { compressFiles } from "./start/compress-files.ts";
import { CLONE } from "./start/settings.ts";

await compressFiles(join(CLONE, ".next/static"));
