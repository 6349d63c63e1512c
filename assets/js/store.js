// The visitor's meals, in this browser's IndexedDB: `{ id, time, key, result, thumbnail, photo }`, where id and time
// are milliseconds since 1970, key names the photo, thumbnail is a data URL and photo a Blob or null.

const MOST_PHOTOS = 60;
const MOST_PHOTO_BYTES = 100 * 2 ** 20;
const MOST_MEALS = 500;

let database;

function opened() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("noon", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("meals", { keyPath: "id" });
    request.onsuccess = () => {
      request.result.onclose = () => (database = undefined); // by the browser
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return database;
}

async function run(mode, work) {
  const transaction = (await opened()).transaction("meals", mode);
  const request = work(transaction.objectStore("meals"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** The meal of an id, or undefined. */
export function get(id) {
  return run("readonly", (meals) => meals.get(id));
}

/** All meals, the newest first. */
export async function all() {
  const meals = await run("readonly", (store) => store.getAll());
  return meals.sort((a, b) => b.time - a.time);
}

/** Deletes a meal. */
export function remove(id) {
  return run("readwrite", (meals) => meals.delete(id));
}

/** Deletes all meals. */
export function clear() {
  return run("readwrite", (meals) => meals.clear());
}

/**
 * Keeps a meal, in place of an earlier state of it. Where room is short the oldest photos go, then the oldest meals;
 * resolves to the key of the sentence that says so, or "".
 */
export async function put(meal) {
  let said = "";
  for (;;) {
    try {
      await run("readwrite", (meals) => meals.put(meal));
      return (await trim(meal.id)) || said;
    } catch (error) {
      if (error?.name !== "QuotaExceededError") throw error;
      said = await shed((await all()).filter(({ id }) => id !== meal.id));
      if (!said && !meal.photo) throw error;
      if (!said) [meal, said] = [{ ...meal, photo: null }, "history.photos_gone"];
    }
  }
}

async function trim(newest) {
  const meals = (await all()).filter(({ id }) => id !== newest);
  const pictured = meals.filter(({ photo }) => photo);
  const bytes = pictured.reduce((sum, { photo }) => sum + photo.size, 0);
  if (meals.length < MOST_MEALS && pictured.length < MOST_PHOTOS && bytes < MOST_PHOTO_BYTES) return "";
  return shed(meals.length < MOST_MEALS ? pictured : meals.filter(({ photo }) => !photo));
}

/** Takes the photo of the oldest meal that has one, else the oldest meal. */
async function shed(meals) {
  const pictured = meals.findLast(({ photo }) => photo);
  const oldest = meals.at(-1);
  if (pictured) {
    await run("readwrite", (store) => store.put({ ...pictured, photo: null }));
    return "history.photos_gone";
  }
  if (!oldest) return "";
  await remove(oldest.id);
  return "history.meals_gone";
}
