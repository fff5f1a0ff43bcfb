/** Text that the bundle carries, such as templates/rules-file.header.txt. */
declare module '*.txt' {
  const text: string;
  export default text;
}
