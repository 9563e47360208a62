// Stands in for the prompts in the bundle: the few of them that we use, so that the rest is left out.
export { cancel, confirm, intro, isCancel, outro, select, text } from '@clack/prompts'
