"use server";

import { requestConnectionTest } from "@/lib/connection/request-connection-test";
import { createConnection, deleteConnection, updateConnection } from "@/lib/migration/change-connection";
import { command } from "@/lib/service/action";

export const createConnectionAction = command(createConnection);
export const updateConnectionAction = command(updateConnection);
export const deleteConnectionAction = command(deleteConnection);
export const testConnectionAction = command(requestConnectionTest);
