"use server";

import { acceptInvite, acceptReset } from "@/lib/auth/accept-invite";
import { completeFirstRun } from "@/lib/auth/complete-first-run";
import { signingInForm, stepUpCommand, stepUpForm } from "@/lib/auth/public-form";
import { signIn } from "@/lib/auth/sign-in";

export const signInAction = signingInForm(signIn);
export const completeFirstRunAction = signingInForm(completeFirstRun);
export const acceptInviteAction = signingInForm(acceptInvite);
export const acceptResetAction = signingInForm(acceptReset);
export const stepUpFormAction = stepUpForm();
export const stepUpAction = stepUpCommand();
