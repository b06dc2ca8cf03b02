import pino from "pino";
import { env } from "@/lib/env";

const REDACTED = ["password", "secret", "token", "authorization", "cookie", "*.password", "*.secret", "*.token", "*.authorization", "*.cookie"];

/** The process's logger: JSON lines on standard error, known secret fields removed. */
export const log = pino({ level: env().LOG_LEVEL, redact: { paths: REDACTED, censor: "[redacted]" } }, pino.destination({ fd: 2, sync: true }));
