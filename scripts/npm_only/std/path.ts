/** Stands in for `@std/path`: the functions of it that we use, from the npm package `pathe`. @module */
export { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve } from "npm_pathe";
