/** The shape of a code: eu-west-1, europe-west6, fr-par, fra1, iad. */
export function family(region: string): string {
  if (/^[a-z]{3}$/.test(region)) return "three letters";
  if (/^[a-z]{3}\d$/.test(region)) return "letters and digit";
  if (/^[a-z]{2}-[a-z]+-\d$/.test(region)) return /-(?:north|south|east|west|central)/.test(region) ? "country-direction-digit" : "country-city-digit";
  if (/^[a-z]{2}-[a-z]{3}$/.test(region)) return "country-city";
  return region.includes("-") ? "continent-direction" : "one word";
}
