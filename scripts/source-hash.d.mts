export function sourceHash(root: string, targets: readonly string[], counts?: (file: string) => boolean): string;
