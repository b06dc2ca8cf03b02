import type { SpawnOptions } from "node:child_process";

export const root: string;
export function quietly(label: string, command: string, args: string[], options?: SpawnOptions): Promise<string>;
export function withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
export function setup(): Promise<void>;
export function modernNode(): string;
export function childEnv(extra?: Record<string, string | undefined>): NodeJS.ProcessEnv;
export function runScript(file: string, args: string[], env?: Record<string, string>): Promise<number>;
