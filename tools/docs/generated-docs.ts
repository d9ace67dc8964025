import { planReference } from "@headgate/core/plan";
import { checksReference, manifestReference } from "@headgate/packaging";
import { artefactsReference } from "./artefacts-reference.ts";
import { commandLineReference } from "./command-line-reference.ts";
import { configurationReference } from "./configuration-reference.ts";
import { controlApiReference } from "./control-api-reference.ts";
import { endpointReference } from "./endpoint-reference.ts";
import { errorsReference } from "./errors-reference.ts";
import { housePage } from "./house-page.ts";
import { evidencePicture } from "./pictures/evidence-picture.ts";
import { lookingPicture } from "./pictures/looking-picture.ts";
import { seeingPicture } from "./pictures/seeing-picture.ts";
import { verdictFigures } from "./verdict-figures.ts";

/**
 * Every page that is made from code, and by whom: a new one needs a function that returns its text, and a row here.
 * Paths are from the root of the repository. `npm run docs` writes them; a test holds each against its file.
 */
export const GENERATED_DOCS: Readonly<Record<string, () => string | Promise<string>>> = {
	"docs/house.md": housePage,
	"docs/pictures/evidence.svg": evidencePicture,
	"docs/pictures/looking.svg": lookingPicture,
	"docs/pictures/seeing.svg": seeingPicture,
	"docs/reference/artefacts.md": artefactsReference,
	"docs/reference/checks.md": checksReference,
	"docs/reference/command-line.md": commandLineReference,
	"docs/reference/configuration.md": configurationReference,
	"docs/reference/control-api.md": controlApiReference,
	"docs/reference/endpoint.md": endpointReference,
	"docs/reference/errors.md": errorsReference,
	"docs/reference/manifest.md": manifestReference,
	"docs/reference/plan-language.md": planReference,
	"docs/reference/verdict-figures.md": verdictFigures,
};
