"use server";

import { changePassword } from "@/lib/auth/change-password";
import { changeRole } from "@/lib/auth/change-role";
import { createInvite } from "@/lib/auth/create-invite";
import { createResetLink } from "@/lib/auth/create-reset-link";
import { createToken } from "@/lib/auth/create-token";
import { disableUser } from "@/lib/auth/disable-user";
import { enableUser } from "@/lib/auth/enable-user";
import { revokeInvite } from "@/lib/auth/revoke-invite";
import { revokeOtherSessions, revokeSession } from "@/lib/auth/revoke-session";
import { revokeToken } from "@/lib/auth/revoke-token";
import { updateApprovalPolicy } from "@/lib/auth/update-approval-policy";
import { updateWorkspace } from "@/lib/auth/update-workspace";
import { command } from "@/lib/service/action";

export const updateWorkspaceAction = command(updateWorkspace);
export const createInviteAction = command(createInvite);
export const revokeInviteAction = command(revokeInvite);
export const createResetLinkAction = command(createResetLink);
export const changeRoleAction = command(changeRole);
export const disableUserAction = command(disableUser);
export const enableUserAction = command(enableUser);
export const createTokenAction = command(createToken);
export const revokeTokenAction = command(revokeToken);
export const changePasswordAction = command(changePassword);
export const revokeSessionAction = command(revokeSession);
export const revokeOtherSessionsAction = command(revokeOtherSessions);
export const updateApprovalPolicyAction = command(updateApprovalPolicy);
