/**
 * AssemblyScript transform that writes the custom section `as-bind_bindings`, which the as-bind runtime reads to marshal
 * arguments and results. as-bind 0.8.2 ships one for AssemblyScript 0.19; this is its counterpart for today's compiler.
 * Exports are taken from the entry files, under the names they are exported by.
 * @module
 */
import { ElementKind, SourceKind } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

export default class AsBindTransform extends Transform {
  afterCompile(module) {
    const typeIds = {};
    const exportedFunctions = {};
    for (const file of this.program.filesByName.values()) {
      if (file.source.sourceKind !== SourceKind.UserEntry) continue;
      for (const [name, element] of file.exports ?? []) {
        if (element.kind !== ElementKind.FunctionPrototype) continue;
        const instance = element.instances?.get("");
        if (!instance) throw new Error(`as-bind: cannot export the generic function "${name}"`);
        const { parameterTypes, returnType } = instance.signature;
        exportedFunctions[name] = {
          parameters: parameterTypes.map((type) => describe(type, typeIds)),
          returnType: describe(returnType, typeIds),
        };
      }
    }
    const section = JSON.stringify({ typeIds, importedFunctions: {}, exportedFunctions });
    module.addCustomSection("as-bind_bindings", new TextEncoder().encode(section));
  }
}

/** The name of a type as as-bind's converters know it; notes the runtime ids of the classes met on the way. */
function describe(type, typeIds) {
  const cls = type.getClass();
  if (!cls) return type.toString();
  typeIds[cls.internalName] = { id: cls.id, byteSize: cls.nextMemoryOffset };
  for (const argument of cls.typeArguments ?? []) describe(argument, typeIds);
  return cls.internalName;
}
