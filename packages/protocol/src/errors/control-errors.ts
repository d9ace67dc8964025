import type { ErrorRow } from "./error-row.ts";

function given(status: number, when: string, hint: string): ErrorRow {
	return { status, exit: 2, retryable: false, when, hint };
}

function no(status: number, when: string, hint: string): ErrorRow {
	return { status, exit: 1, retryable: false, when, hint };
}

function could(status: number, retryable: boolean, when: string, hint: string): ErrorRow {
	return { status, exit: 3, retryable, when, hint };
}

/** Well asked, but not as things stand: the same words may be followed later. */
function byState(when: string, hint: string): ErrorRow {
	return { status: 409, exit: 3, retryable: false, when, hint };
}

/** The control process and the command: endpoints, rollouts, ports, keys, settings. */
export const controlErrors: Readonly<Record<string, ErrorRow>> = {
	"command.invalid": given(400, "A command, an option or an argument is not understood.", "See `headgate --help`."),
	"setting.invalid": given(400, "A setting is outside its range.", "Give the flag or the variable a value in the range named."),
	"data.unusable": could(500, false, "The data folder cannot be made.", "Name a folder that you may write with --data."),
	"control.not-running": could(503, true, "No control process answers.", "Start it with `headgate up`, with the same --data."),
	"control.cut-off": could(503, true, "The control process ended during an answer.", "Try again; what was accepted is not lost."),
	"port.in-use": could(503, false, "Another process listens on the port.", "Stop it, or name another port with --control-port."),
	"port.unusable": could(
		503,
		false,
		"The address cannot be listened on.",
		"Name an address of this host and a port you may use.",
	),
	"key.missing": could(401, false, "The data folder has no key.", "Set HEADGATE_KEY, or run as the user that ran `headgate up`."),
	"key.refused": could(401, false, "The key is not one of this installation.", "Use the key in the data folder's admin.key."),
	"request.invalid": given(400, "A request to the control API is malformed.", "See /api/v1/openapi.json."),
	"request.too-large": given(
		413,
		"The body is larger than 8 MiB.",
		"Send less at once; a package is pushed by its folder's path.",
	),
	"request.not-found": given(404, "The control API has no such path.", "See /api/v1/openapi.json."),
	"bus.message-invalid": given(400, "A message on the bus is malformed.", "Run gateway and control of the same release."),
	"bus.unknown-gateway": could(409, true, "The gateway has not said hello to this control.", "It says hello again by itself."),
	"bus.unreachable": could(503, true, "Control cannot be reached over the bus.", "The gateway tries again by itself."),
	"endpoint.unknown": given(404, "No endpoint has this name.", "List them with `headgate endpoint`."),
	"endpoint.unreadable": given(422, "A file is not there or not YAML.", "Correct the path or the line that the message names."),
	"endpoint.model-fixed": given(409, "An endpoint serves one model for good.", "Create another endpoint for the other model."),
	"package.unknown": given(404, "The version has not been pushed.", "Push it with `headgate push DIR`."),
	"deploy.wrong-model": given(422, "The endpoint serves another model.", "Name a version of the endpoint's model."),
	"deploy.already-champion": byState("The version answers already.", "Nothing is left to do, or deploy another version."),
	"deploy.quarantined": byState(
		"The package was rolled back before and is in quarantine.",
		"Deploy a corrected version, or say why with --accept-quarantined REASON.",
	),
	"deploy.rollout-in-progress": byState(
		"A rollout at this endpoint is not promoted yet.",
		"Wait for it, or end it with `headgate rollback ENDPOINT`.",
	),
	"rollout.unknown": given(404, "There is no such rollout.", "List them with `headgate rollout`."),
	"rollout.exists": byState("The rollout has already started.", "Start another rollout."),
	"rollout.promoted": byState("The challenger is the champion already.", "Nothing is left to promote."),
	"rollout.not-verified": byState("Bytes of the package have not been read since it came in.", "Wait until all are read."),
	"rollout.gate-fails": no(409, "A failing gate stands in the way of a promotion.", "Roll back, or deploy a better version."),
	"rollout.wrong-time": byState("The rollout is not in a state for this.", "Look at it with `headgate status`."),
	"rollback.nothing": byState("Nothing has been rolled out at the endpoint.", "Deploy a version first."),
	"rollback.already": byState("The rollout has been rolled back before.", "Deploy another version."),
	"rollback.no-target": byState("The first version of an endpoint has nothing before it.", "Deploy a better version."),
	"gateway.none-here": could(503, false, "No gateway of the data folder runs on this host.", "Run it on the gateways' host."),
	"gateway.unreachable": could(503, true, "A gateway does not answer on its socket.", "See `headgate status` and the log."),
	"replay.failed": could(500, true, "The process that replays ended early.", "Run it again; see what it wrote to stderr."),
	"demo.failed": no(500, "An act of the demo ended otherwise than it should.", "Look at the journal it names with `audit log`."),
	"demo.interrupted": could(503, true, "The demo was stopped before its end.", "Start it again; it makes a new data folder."),
	"control.internal": could(500, false, "A bug in Headgate.", "Please report it with the message and headgate.log."),
};
