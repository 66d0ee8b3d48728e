/** @file The process in which a model is trained: expendable, as all that native code can end. */
import { serveParent } from "./parent.ts";
import { train } from "./train.ts";

serveParent(train);
