import { IoMapping, memory } from 'io-mapping'
import { type Case, timed } from '../serve.js'
import { optionsOf } from './aperture.js'

/** A mapping made and freed. */
const create: Case = given => {
  const aperture = memory(given.number('size'))
  const options = optionsOf(given)
  return timed(n => {
    for (let i = 0; i < n; i++) IoMapping.createWc(aperture, options).free()
  })
}

export const createCases: Readonly<Record<string, Case>> = { create }
