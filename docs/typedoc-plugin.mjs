/**
 * What TypeDoc has to be told: names of the library mean the library's, whichever entry a comment stands in; and what is inferred from the
 * schema of model files is told in the reference that is made from that schema.
 */
import { Converter, IntrinsicType, ReflectionKind } from "typedoc";

/** Where names are looked up that an entry does not have itself. */
const ENTRIES = ["lindblad", "lindblad/model", "@lindblad/sweep"];
const OF_SCHEMA = ["LindbladModel", "BipartiteModel"];

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.addUnknownSymbolResolver((declaration, reflection) => {
    const path = declaration.symbolReference?.path;
    if (declaration.moduleSource !== undefined || path?.length !== 1) return undefined;
    const entries = reflection.project.children ?? [];
    const target = ENTRIES.flatMap((name) => entries.find((entry) => entry.name === name)?.children ?? []).find(
      ({ name }) => name === path[0].path,
    );
    return target && { target };
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const model = project.children.find(({ name }) => name === "lindblad/model");
    for (const { name, children = [] } of model.getChildrenByKind(ReflectionKind.Interface)) {
      if (OF_SCHEMA.includes(name)) for (const child of [...children]) project.removeReflection(child);
    }
    const schema = model.getChildByName("modelSchema");
    project.removeTypeReflections(schema.type);
    schema.type = new IntrinsicType("z.ZodDiscriminatedUnion");
  });
}
