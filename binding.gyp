# For those who build with node-gyp: runs cmake-js, which knows the sources (native/CMakeLists.txt).
# The output named here is never made, so that cmake decides each time what is out of date.
{
  "targets": [
    {
      "target_name": "numpywren",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake-js",
          "inputs": ["native/CMakeLists.txt"],
          "outputs": ["<(INTERMEDIATE_DIR)/numpywren.cmake-js"],
          "action": ["npm", "run", "--silent", "build:native"]
        }
      ]
    }
  ]
}
